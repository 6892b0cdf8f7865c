type Name = readonly [latin: string, local: string]
type Names = readonly [Name, ...Name[]]

export const givenFemale: Names = [
  ['Lakshmi', 'लक्ष्मी'], ['Anita', 'अनीता'], ['Sunita', 'सुनीता'], ['Priya', 'प्रिया'], ['Geeta', 'गीता'], ['Kavita', 'कविता'], ['Meena', 'मीना'], ['Asha', 'आशा'], ['Rekha', 'रेखा'], ['Pooja', 'पूजा'],
  ['Radha', 'राधा'], ['Savita', 'सविता'], ['Neha', 'नेहा'], ['Usha', 'उषा'], ['Divya', 'दिव्या'], ['Shanti', 'शांति'], ['Nisha', 'निशा'], ['Sarita', 'सरिता'], ['Aisha', 'आयशा'], ['Fatima', 'फ़ातिमा'],
  ['Mary', 'मैरी'], ['Deepa', 'दीपा'], ['Jyoti', 'ज्योति'], ['Kamala', 'कमला'], ['Vidya', 'विद्या'], ['Ritu', 'ऋतु'], ['Swati', 'स्वाति'], ['Leela', 'लीला'], ['Padma', 'पद्मा'], ['Tara', 'तारा'],
]
export const givenMale: Names = [
  ['Ram', 'राम'], ['Suresh', 'सुरेश'], ['Rajesh', 'राजेश'], ['Amit', 'अमित'], ['Vijay', 'विजय'], ['Sanjay', 'संजय'], ['Anil', 'अनिल'], ['Ravi', 'रवि'], ['Mohan', 'मोहन'], ['Ashok', 'अशोक'],
  ['Krishna', 'कृष्ण'], ['Arun', 'अरुण'], ['Manoj', 'मनोज'], ['Deepak', 'दीपक'], ['Rahul', 'राहुल'], ['Imran', 'इमरान'], ['Joseph', 'जोसेफ'], ['Gopal', 'गोपाल'], ['Harish', 'हरीश'], ['Naveen', 'नवीन'],
  ['Prakash', 'प्रकाश'], ['Ganesh', 'गणेश'], ['Kiran', 'किरण'], ['Mahesh', 'महेश'], ['Nikhil', 'निखिल'], ['Yusuf', 'यूसुफ'], ['Vikram', 'विक्रम'], ['Arjun', 'अर्जुन'], ['Balan', 'बालन'], ['Thomas', 'थॉमस'],
]
export const family: Names = [
  ['Kumar', 'कुमार'], ['Sharma', 'शर्मा'], ['Singh', 'सिंह'], ['Devi', 'देवी'], ['Patel', 'पटेल'], ['Gupta', 'गुप्ता'], ['Khan', 'ख़ान'], ['Nair', 'नायर'], ['Reddy', 'रेड्डी'], ['Verma', 'वर्मा'],
  ['Yadav', 'यादव'], ['Das', 'दास'], ['Iyer', 'अय्यर'], ['Menon', 'मेनन'], ['Rao', 'राव'], ['Joshi', 'जोशी'], ['Mishra', 'मिश्रा'], ['Pillai', 'पिल्लै'], ['Kulkarni', 'कुलकर्णी'], ['Banerjee', 'बनर्जी'],
  ['Chaudhary', 'चौधरी'], ['Bhat', 'भट'], ['Shetty', 'शेट्टी'], ['Fernandes', 'फ़र्नांडिस'], ['Desai', 'देसाई'], ['Pandey', 'पांडे'], ['Naidu', 'नायडू'], ['Thakur', 'ठाकुर'], ['Jain', 'जैन'], ['Malhotra', 'मल्होत्रा'],
  ['Saxena', 'सक्सेना'], ['Kapoor', 'कपूर'], ['Sethi', 'सेठी'], ['Mathew', 'मैथ्यू'], ['Varghese', 'वर्गीस'], ['Namboodiri', 'नंबूदिरी'], ['Warrier', 'वारियर'], ['Kurup', 'कुरुप'], ['Dutta', 'दत्ता'], ['Bose', 'बोस'],
]
