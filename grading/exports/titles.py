"""How the columns of Moodle's lists are called, in the languages that it speaks: its importer wants them so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Titles:
    """The titles of a grading worksheet, and of a list of people; where several are in use, the newest comes first."""

    language: str
    identifier: str
    grade: tuple[str, ...]
    modified: str  # when the grade was
    maximum: tuple[str, ...]
    may_change: tuple[str, ...]
    no: str  # what stands below that one where a grade is locked
    feedback: tuple[str, ...]
    participant: str  # what stands before the number that is the identifier
    email: str
    id_number: str
    username: str
    full_name: str
    first_name: str
    last_name: str
    group: str


@dataclass(frozen=True)
class OfPeople:
    """The titles of a list of people in a language whose worksheets are not known."""

    language: str
    email: str
    username: str
    full_name: str
    first_name: str
    last_name: str
    group: str


ENGLISH = Titles(
    "English",
    "Identifier",
    ("Grade",),
    "Last modified (grade)",
    ("Maximum grade", "Maximum Grade"),
    ("Grade can be changed",),
    "No",
    ("Feedback comments",),
    "Participant",
    "Email address",
    "ID number",
    "Username",
    "Full name",
    "First name",
    "Last name",
    "Group",
)
# fmt: off
OTHERS = (
    Titles("Arabic", "المُعرَّف", ("الدرجة",), "آخر تعديل (التقدير)", ("أعلى تقدير",), ("يمكن تغيير الدرجة",), "لا",
        ("تعليقات الإفادة",), "المشارك", "عنوان البريد الإلكتروني", "رقم المُعرَّف", "اسم المستخدم", "الاسم كاملا",
        "الاسم الأول", "الاسم الأخير", "مجموعة"),
    Titles("Basque", "Identifikatzailea", ("Kalifikazioa",), "Azken aldaketa (kalifikazioa)",
        ("Gehieneko kalifikazioa",), ("Kalifikazioa alda daiteke",), "Ez", ("Feedback-iruzkinak",), "Partaidea",
        "Helbide elektronikoa", "ID zenbakia", "Erabiltzaile-izena", "Izen osoa", "Izena", "Abizena(k)", "Taldea"),
    Titles("Brazilian Portuguese", "Identificador", ("Nota",), "Última modificação (nota)", ("Nota máxima",),
        ("Nota pode ser alterada",), "Não", ("Comentários de feedback",), "Participante", "Endereço de email",
        "Número de identificação", "Identificação de usuário", "Nome completo", "Nome", "Sobrenome", "Grupo"),
    Titles("Catalan", "Identificador", ("Qualificació",), "Darrera modificació (qualificació)",
        ("Qualificació màxima",), ("Es pot canviar la qualificació",), "No", ("Comentaris de retroacció.",),
        "Participant", "Adreça electrònica", "Número ID", "Nom d'usuari", "Nom complet", "Nom", "Cognoms", "Grup"),
    Titles("Chinese", "标识符", ("成绩",), "上次修改（评分）", ("最高分",), ("允许更改成绩",), "否",
        ("反馈意见",), "参与人", "电子邮件地址", "学号", "用户名", "全名", "名", "姓", "小组"),
    Titles("Czech", "Identifikátor", ("Známka",), "Poslední změna (hodnocení)", ("Maximální známka",),
        ("Známka může být změněna",), "Ne", ("Komentář učitele",), "Účastník", "E-mailová adresa", "ID",
        "Uživatelské jméno", "Celý název", "Křestní jméno", "Příjmení", "Skupina"),
    Titles("Dutch", "Identificatie", ("Cijfer",), "Laatst gewijzigd (beoordeling)", ("Maximaal cijfer",),
        ("Het cijfer kan gewijzigd worden",), "Nee", ("Feedback tekstvak",), "Deelnemer", "E-mailadres",
        "Nummer (ID)", "Gebruikersnaam", "Volledige naam", "Voornaam", "Achternaam", "Groep"),
    Titles("French", "Identifiant", ("Note",), "Dernière modification (note)", ("Note maximale",),
        ("La note peut être modifiée",), "Non", ("Feedback par commentaires",), "Participant", "Adresse de courriel",
        "Numéro d’identification", "Nom d’utilisateur", "Nom complet", "Prénom", "Nom de famille", "Groupe"),
    Titles("Galician", "Identificador", ("Cualificación",), "Última modificación (cualificación)",
        ("Cualificación máxima",), ("A cualificación pode seren cambiada",), "Non", ("Comentarios",), "Participante",
        "Enderezo de correo", "Número ID", "Nome de usuario", "Nome completo", "Nome", "Apelidos", "Grupo"),
    Titles("German", "ID", ("Bewertung",), "Zuletzt geändert (Bewertung)", ("Bestwertung",),
        ("Bewertung kann geändert werden",), "Nein", ("Feedback als Kommentar",), "Teilnehmer/in", "E-Mail-Adresse",
        "ID-Nummer", "Anmeldename", "Vollständiger Name", "Vorname", "Nachname", "Gruppe"),
    Titles("Greek", "Αναγνωριστικό", ("Βαθμός",), "Τελευταία τροποποίηση (βαθμολόγηση)", ("Μέγιστος Βαθμός",),
        ("Ο βαθμός μπορεί να αλλάξει",), "Όχι", ("Σχόλια ανατροφοδότησης",), "Συμμετέχων",
        "Διεύθυνση ηλε.ταχυδρομείου", "Αναγνωριστικός αριθμός", "Όνομα χρήστη", "Πλήρες όνομα",
        "Μικρό/Βαπτιστικό όνομα", "Επίθετο", "Ομάδα"),
    Titles("Italian", "Identificativo", ("Valutazione",), "Ultima modifica (valutazione)", ("Valutazione massima",),
        ("La valutazione può essere cambiata",), "No", ("Commenti",), "Partecipante", "Indirizzo email",
        "Codice identificativo", "Username", "Nome", "Nome", "Cognome", "Gruppo"),
    Titles("Japanese", "ID", ("評点",), "最終更新日時 (評定)", ("最大評点",), ("評点変更可",), "No",
        ("フィードバックコメント",), "参加者", "メールアドレス", "IDナンバ", "ユーザ名", "フルネーム",
        "名", "姓", "グループ"),
    Titles("Polish", "identyfikator", ("Ocena",), "Ostatnia aktualizacja (ocena)", ("Maksymalna ocena",),
        ("Ocena może być zmieniona",), "Nie", ("Komentarz zwrotny",), "Uczestnik", "E-mail", "Numer Indeksu",
        "Nazwa użytkownika", "Pełna nazwa", "Imię", "Nazwisko", "Grupa"),
    Titles("Portuguese", "Identificador", ("Avaliação", "Nota"), "Última atualização (avaliação)", ("Nota máxima",),
        ("A nota pode ser alterada.",), "Não", ("Comentários de feedback",), "Participante", "E-mail",
        "Número de identificação (ID)", "Nome de utilizador", "Nome completo", "Nome", "Apelido", "Grupo"),
    Titles("Romanian", "Identificator", ("Notă",), "Ultima modificare (nota)", ("Notă maximă",),
        ("Nota poate fi schimbată",), "Nu", ("Comentarii de feedback",), "Participant", "Adresa de e-mail",
        "Număr ID", "Nume de utilizator", "Nume complet", "Prenume", "Nume de familie", "Grup"),
    Titles("Russian", "Идентификатор", ("Оценка",), "Последнее изменение (оценка)", ("Максимальная оценка",),
        ("Оценка может быть изменена",), "Нет", ("Отзыв в виде комментария",), "Участник", "Адрес электронной почты",
        "Индивидуальный номер", "Логин", "Полное имя", "Имя", "Фамилия", "Группа"),
    Titles("Spanish", "Identificador", ("Calificación",), "Última modificación (calificación)",
        ("Calificación máxima",), ("La calificación puede ser cambiada", "La calificación puede cambiarse"), "No",
        ("Comentarios de retroalimentación",), "Participante", "Dirección de correo", "Número de ID",
        "Nombre de usuario", "Nombre completo", "Nombre", "Apellido(s)", "Grupo"),
    Titles("Swedish", "Identifierare", ("Betyg",), "Senast modifierat (betyg)", ("Maxbetyg", "Maximalt betyg"),
        ("Betyg kan ändras",), "Nej", ("Återkopplingskommentarer",), "Deltagare", "E-postadress", "ID nummer",
        "Användarnamn", "Fullständigt namn", "Förnamn", "Efternamn", "Grupp"),
    Titles("Turkish", "Tanımlayıcı", ("Not",), "Son düzenleme (not)", ("Enyüksek not",), ("Not değiştirilebilir",),
        "Hayır", ("Geri bildirim yorumları",), "Katılımcı", "E-posta adresi", "ID numarası", "Kullanıcı adı",
        "Tam adı", "Adı", "Soyadı", "Grup"),
    Titles("Ukrainian", "Ідентифікатор", ("Оцінка",), "Востаннє змінювалося (оцінка)", ("Максимальна оцінка",),
        ("Оцінка може бути змінена",), "Ні", ("Відгук - коментарем",), "Учасник", "Електронна пошта",
        "Індивідуальний номер", "Ім’я входу", "Повна назва", "Ім'я", "Прізвище", "Група"),
)
LISTS = (
    OfPeople("Danish", "E-mail-adresse", "Brugernavn", "Fulde navn", "Fornavn", "Efternavn", "Gruppe"),
    OfPeople("Finnish", "Sähköpostiosoite", "Käyttäjätunnus", "Koko nimi", "Etunimi", "Sukunimi",
        "Ryhmä"),
    OfPeople("Hungarian", "E-mail cím", "Felhasználónév", "Teljes név", "Keresztnév", "Vezetéknév",
        "Csoport"),
    OfPeople("Korean", "이메일 주소", "사용자 아이디", "전체 이름", "성", "이름", "모둠"),
    OfPeople("Norwegian", "E-postadresse", "Brukernavn", "Fullt navn", "Fornavn", "Etternavn", "Gruppe"),
)
# fmt: on
LANGUAGES = (ENGLISH, *OTHERS)
